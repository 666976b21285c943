"""The ways in which a message is handed over. Each module holds one Courier (model.ports)."""
