"""botocore makes the class of a service's clients anew for every client, which takes longer than a
call. In the tests it makes each once in a process; what a client does is botocore's own."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def one_class_for_each_service() -> Iterator[None]:
    """Classes of clients are kept, by the model they are made of."""
    from botocore.client import ClientCreator

    made: dict[tuple[str, int], tuple[Any, Any]] = {}
    make = ClientCreator._create_client_class

    def once(creator: Any, name: str, model: Any) -> Any:
        key = name, id(model._service_description)
        if key not in made:
            made[key] = make(creator, name, model), model  # the model lives on, and so its id
        return made[key][0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ClientCreator, "_create_client_class", once)
        yield
