"""`python -m tests.benchmarks`: what this program takes, beside what else a person would use.

Every module here with a function `measure(setup: Setup) -> Iterator[Row]` is a benchmark, called by
the name of its file and introduced by the first line of its docstring: a new file is a new one.
"""
