"""What a person does to a job or a batch: cancel, retry, resolve."""
