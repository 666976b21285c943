"""Fifth stage: statements become drafts, one an action, and drafts announcements with status, evidence and doubts."""
