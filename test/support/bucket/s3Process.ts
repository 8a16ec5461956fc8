/** An S3 server on the files of a folder, with one bucket. Prints its port. A separate process, so that it can be killed. */
import S3rver from "@20minutes/s3rver"
import { BUCKET } from "./names.ts"

const [, , directory = "", port = "0"] = process.argv
const server = new S3rver({
  address: "127.0.0.1",
  port: Number(port),
  silent: true,
  directory,
  serviceEndpoint: "localhost",
  configureBuckets: [{ name: BUCKET }]
})
console.log((await server.run()).port)
