---- note: a refused request


---- flush: what was noted

-- prepared once: journal.note_requests
SELECT note_requests($1);
