---- findFault: now

-- prepared once: probe
SELECT current_setting('transaction_read_only') = 'on' AS read_only;
