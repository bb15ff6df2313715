"""What is known about the jobs that wait at a gate, gathered for their questions."""
