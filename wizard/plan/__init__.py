"""The plan: its model, its graph, and the sections it is built from. Pure."""
