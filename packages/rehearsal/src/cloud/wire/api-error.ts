/** A refusal as the real services word it. `code` is the wire's; `status` the HTTP status it comes with. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = STATUS[code] ?? 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

/** Codes that come with another status than 400. */
const STATUS: Readonly<Record<string, number>> = {
  AuthFailure: 401,
  InvalidClientTokenId: 403,
  SignatureDoesNotMatch: 403,
  MissingAuthenticationToken: 403,
  UnauthorizedOperation: 403,
  AccessDenied: 403,
  DryRunOperation: 412,
  InternalError: 500,
  InternalFailure: 500,
  InsufficientInstanceCapacity: 500,
  RequestLimitExceeded: 503,
  Unavailable: 503,
}
