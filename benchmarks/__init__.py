"""What Kapstone costs: measured, printed, and never asserted, since machines are noisy."""
