---- seconds: now

-- prepared once: journal.lag
SELECT outbox_lag() AS seconds;
