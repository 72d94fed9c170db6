/**
 * The session cookie: `__Host-` binds it to this host and to https, which a plain-http node on one machine cannot have.
 */
export function cookieName(https: boolean): string {
  return https ? '__Host-xueji' : 'xueji';
}

/** Until the browser closes: the server decides when a session ends, not the cookie. */
export function setCookie(https: boolean, token: string): string {
  return `${cookieName(https)}=${token}; Path=/; HttpOnly; SameSite=Strict${https ? '; Secure' : ''}`;
}

export function clearCookie(https: boolean): string {
  return `${cookieName(https)}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict${https ? '; Secure' : ''}`;
}
