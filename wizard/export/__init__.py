"""Kinds of export: a plan written in a language that runs without the wizard. One folder a kind."""
