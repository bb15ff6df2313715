"""What operators were told: gates that opened, failures, batches that were halted or ended."""
