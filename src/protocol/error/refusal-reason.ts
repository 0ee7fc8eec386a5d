/**
 * Why a request that is right in itself was put off (429 or 503): its sender is too fast (`rate`), the removal guard holds
 * it (`guard`), the company's writes are paused (`paused`), it is being moved or was moved to another cell (`moving`), the
 * keys of its token's issuer can't be fetched (`keys`), or the
 * server is busy or lacks something else (`busy`).
 */
export type RefusalReason = 'rate' | 'guard' | 'paused' | 'moving' | 'keys' | 'busy';
