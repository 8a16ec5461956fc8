/** Mirrors' addresses. */

/** Whether a text is the address of a mirror: http://… or https://…. */
export const isMirror = (text: string): boolean => /^https?:\/\/[^\s/]/i.test(text) && URL.canParse(text)

/** A mirror's address for messages: without user, password and query, which may hold a key. */
export const shownMirror = (url: string): string => {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}
