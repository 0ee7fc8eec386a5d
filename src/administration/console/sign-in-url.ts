/**
 * The address at which a link is used. Its secret stands in the fragment, which no browser sends to a server, and which no
 * log of a proxy has.
 *
 * @param base URL of the server, without a slash at its end
 */
export const signInUrl = (base: string, secret: string): string => `${base}/console/sign-in#link=${secret}`;
