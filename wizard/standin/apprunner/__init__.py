"""AWS App Runner, which no other stand-in knows: services, operations, real containers."""
