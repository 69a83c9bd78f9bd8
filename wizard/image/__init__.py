"""Copying the formae image into ECR through the Docker engine.

The package imports the Docker SDK only while it talks to the engine.
"""

from wizard.image.copying import copy_image
from wizard.image.engine import engine_problem
from wizard.image.login import RegistryLogin
from wizard.image.progress import LayerProgress

__all__ = ["LayerProgress", "RegistryLogin", "copy_image", "engine_problem"]
