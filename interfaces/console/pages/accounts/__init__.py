"""The accounts of an organisation, their passwords on a recorded reveal, and who saw which password."""
