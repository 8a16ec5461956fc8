/** Which issues and pull requests a text names. Pure. */

/** The issues and pull requests that a text names: "#2". */
export const numbersIn = (text: string): ReadonlySet<number> =>
  new Set([...text.matchAll(/(?:^|[^\w/&])#([1-9][0-9]{0,8})\b/g)].map(([, number]) => Number(number)))
