/** What the server says when it refuses: RFC 9457 problem+json, with our code and the fields at fault. */
export interface Problem {
  status: number;
  code: string;
  title: string;
  detail: string;
  fields?: Record<string, string>;
}

export class ApiError extends Error implements Problem {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly fields?: Record<string, string>;

  constructor(p: Problem) {
    super(p.detail || p.title);
    this.status = p.status;
    this.code = p.code;
    this.title = p.title;
    this.detail = p.detail;
    this.fields = p.fields;
  }

  static unreachable(cause: unknown): ApiError {
    const e = new ApiError({
      status: 0,
      code: 'unreachable',
      title: 'The server cannot be reached',
      detail: 'The server cannot be reached. Check the connection; nothing was changed.',
    });
    e.cause = cause;
    return e;
  }
}

/** Accepts `fields` as a map or as a list of `{ field | name | pointer, problem | detail | message }`. */
export function parseFields(raw: unknown): Record<string, string> | undefined {
  if (Array.isArray(raw)) {
    const out: Record<string, string> = {};
    for (const item of raw as Record<string, unknown>[]) {
      const name = item?.field ?? item?.name ?? item?.pointer;
      const text = item?.problem ?? item?.detail ?? item?.message;
      if (typeof name === 'string' && typeof text === 'string') out[name] = text;
    }
    return Object.keys(out).length ? out : undefined;
  }
  if (raw && typeof raw === 'object') {
    const entries = Object.entries(raw as Record<string, unknown>).filter((e): e is [string, string] => typeof e[1] === 'string');
    return entries.length ? Object.fromEntries(entries) : undefined;
  }
  return undefined;
}

export async function problemFrom(response: Response): Promise<ApiError> {
  let body: Record<string, unknown> = {};
  try {
    const read: unknown = await response.clone().json();
    if (read && typeof read === 'object') body = read as Record<string, unknown>;
  } catch {
    // A proxy may answer with HTML; the status is then all there is.
  }
  const text = (v: unknown) => (typeof v === 'string' ? v : '');
  const title = text(body.title) || response.statusText || `HTTP ${response.status}`;
  return new ApiError({
    status: response.status,
    code: text(body.code) || `http_${response.status}`,
    title,
    detail: text(body.detail) || title,
    fields: parseFields(body.fields ?? body.errors),
  });
}
