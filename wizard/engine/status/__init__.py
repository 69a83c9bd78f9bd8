"""What is deployed and how it is: asked side by side, with short limits, by read calls only."""
