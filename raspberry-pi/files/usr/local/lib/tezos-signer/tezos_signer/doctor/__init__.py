"""signer-doctor: checks each link between this signer and its bakers, and names a remedy for each fault."""
