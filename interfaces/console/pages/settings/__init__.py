"""The policies of the organisation, with what each would have decided."""
