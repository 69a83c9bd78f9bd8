"""Many deployments in one process: memory, handles and threads stay as they are.

`python -m tests.soak --full` makes a thousand; `test_soak` a few.
"""
