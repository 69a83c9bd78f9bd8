"""What is deployed: found by name and tag, and every answer read back from what really runs.

Only read calls are made. What cannot be seen is told as a gap; it never ends the look.
"""
