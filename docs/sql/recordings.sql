---- findUnderWay: all

-- prepared once: recordings.under_way
SELECT company_id, slug, recording_id, ends FROM find_recordings();

---- keep: a request, and how many were left out

-- prepared once: recordings.keep
SELECT keep_recorded_requests($1, $2, $3, $4) AS goes_on;
