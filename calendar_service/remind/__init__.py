"""The use case "remind": what is planned -> what is due -> claimed -> sent -> recorded."""
