"""Fourth stage in tables, lists, diaries and forms: frames told by place."""
