"""Is everything in order? Each check answers with findings, and each finding with the next step."""
