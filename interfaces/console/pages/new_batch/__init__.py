"""The dialog from which a batch is made: its restaurants, those that another batch has, and its options."""
