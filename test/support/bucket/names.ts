/** The bucket of the tests' S3 server, and its only key. */
export const BUCKET = "findings"
export const KEY = "S3RVER"
