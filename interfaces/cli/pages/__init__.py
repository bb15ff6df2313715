"""What the commands show: pages of batches and jobs, and what is live on them."""
