/** Whether this page is an exported one, which lies in a folder or a bucket with its data and has no API. */

/** The file that names all data, relative to the page; undefined with a server. */
export const dataFile: string | undefined =
  typeof document === "undefined"
    ? undefined
    : (document.querySelector<HTMLMetaElement>('meta[name="gittensor-data"]')?.content ?? undefined)

export const isExported = dataFile !== undefined

/** The address of one of the page's own files. */
export const fileAddress = (path: `/${string}`): string => (isExported ? `.${path}` : path)
