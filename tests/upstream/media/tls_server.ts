/**
 * A server on this machine that passes for `images.example.com`.
 *
 * Its key and certificate are good for nothing else.
 *
 * @module
 */

import { request as requestByHttps, type RequestOptions } from "node:https";
import { createOpenFile, type OpenFile } from "../../../lib/upstream/media/open_file.ts";

/** The host that the certificate is for. */
export const HOST = "images.example.com";
const LOOPBACK = "127.0.0.1";

const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgnRWwY2FOBJP5jlmh
mlu4f0VS+cP1pSle4HsnLsH+X/mhRANCAASkxBmnb8PFJrxlLqMRyJpGQxHeijcn
NnMxypC5jaJcxawLRZ/A8V9JY9lS21CXe1+jr5KQmSv926FGGr5oZqw4
-----END PRIVATE KEY-----
`;

const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBSzCB8qADAgECAgEBMAoGCCqGSM49BAMCMB0xGzAZBgNVBAMMEmltYWdlcy5l
eGFtcGxlLmNvbTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowHTEb
MBkGA1UEAwwSaW1hZ2VzLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEpMQZp2/DxSa8ZS6jEciaRkMR3oo3JzZzMcqQuY2iXMWsC0WfwPFfSWPZ
UttQl3tfo6+SkJkr/duhRhq+aGasOKMhMB8wHQYDVR0RBBYwFIISaW1hZ2VzLmV4
YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIB0IYYVD3j2932TA9JWWA/fzcpp+
pyttQnLiGYeoEyv3AiEAiAGRTQ8oiSKHG68/wgldG1ATgQcDZGekQuLBpel3DNE=
-----END CERTIFICATE-----
`;

/** A server while a test uses it. */
export interface TlsServer {
  /** Opens files as in production, but for where the server is and who is trusted. */
  readonly open: OpenFile;
  /** What was asked for, before that was changed. */
  readonly dialled: readonly RequestOptions[];
  /** What has come through to the server. */
  readonly asked: readonly Asked[];
}

/** A request as the server has seen it. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** Runs a test against a server that answers like this. */
export async function withTlsServer(
  handler: (request: Request) => Response | Promise<Response>,
  test: (server: TlsServer) => Promise<void>,
): Promise<void> {
  const dialled: RequestOptions[] = [];
  const asked: Asked[] = [];
  const server = Deno.serve(
    { hostname: LOOPBACK, port: 0, key: KEY, cert: CERTIFICATE, onListen: () => {} },
    (request) => {
      const { method, url, headers } = request;
      asked.push({ method, url, headers: [...headers] });
      return handler(request);
    },
  );
  const { port } = server.addr as Deno.NetAddr;
  const open = createOpenFile((options) => {
    dialled.push(options);
    return requestByHttps({ ...options, host: LOOPBACK, port, ca: CERTIFICATE });
  });
  try {
    await test({ open, dialled, asked });
  } finally {
    await server.shutdown();
  }
}
