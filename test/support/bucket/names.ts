/** The bucket of the S3 server in tests, and the only key that it knows. */
export const BUCKET = "findings"
export const KEY = "S3RVER"
