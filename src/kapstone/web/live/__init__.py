"""Live screens: what a deed wrote is heard here once, and sent to every screen that follows it."""
