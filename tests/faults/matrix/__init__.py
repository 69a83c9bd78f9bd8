"""Whatever happens to whichever call of a run: one more run, and all is as undisturbed.

`python -m tests.faults.matrix --full` runs all of it; `test_matrix` a sample.
"""
