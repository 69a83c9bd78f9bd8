"""Wherever a script is killed: run again it comes to the same end, and makes nothing twice.

`python -m tests.parity.kills --full` kills it before and after every changing call; `test_kills`
plays a sample.
"""
