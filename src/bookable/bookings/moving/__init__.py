"""How what is booked comes to another time or to somebody else."""
