/** The parts of an OpenAPI 3.1 document that the pages show, gathered by tag, with a curl line for each operation. */
export interface Schema {
  $ref?: string; type?: string | string[]; format?: string; description?: string; enum?: unknown[]; const?: unknown; default?: unknown; example?: unknown; properties?: Record<string, Schema>;
  required?: string[]; items?: Schema; oneOf?: Schema[]; anyOf?: Schema[]; allOf?: Schema[]; additionalProperties?: boolean | Schema; propertyNames?: Schema; minimum?: number; maximum?: number; minLength?: number; maxLength?: number;
}
export interface Parameter { name: string; in: 'query' | 'path' | 'header' | 'cookie'; description?: string; required?: boolean; schema?: Schema }
interface Body { description?: string; required?: boolean; content?: Record<string, { schema?: Schema }> }
interface RawOperation { tags?: string[]; summary?: string; description?: string; operationId?: string; parameters?: Parameter[]; requestBody?: Body; responses?: Record<string, Body>; security?: Record<string, unknown>[] }
export interface OpenApi {
  info: { title: string; version: string; description?: string };
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, RawOperation>>;
  components?: { schemas?: Record<string, Schema>; securitySchemes?: Record<string, { description?: string }> };
}
export interface Operation extends RawOperation { id: string; method: string; path: string; tag: string; security: Record<string, unknown>[] }
export interface Group { tag: string; description: string; operations: Operation[] }

const methods = ['get', 'post', 'put', 'patch', 'delete'];

export function operationsOf(doc: OpenApi): Operation[] {
  return Object.entries(doc.paths).flatMap(([path, item]) =>
    methods.filter((m) => item[m]).map((method) => {
      const raw = item[method] as RawOperation;
      return { ...raw, id: raw.operationId ?? `${method} ${path}`, method: method.toUpperCase(), path, tag: raw.tags?.[0] ?? 'other', security: raw.security ?? [] };
    }),
  );
}

/** In the order of the document's tags; what names another tag comes last. `words` must all be in the path or the summary. */
export function groupsOf(doc: OpenApi, words = ''): Group[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (o: Operation) => wanted.every((w) => `${o.method} ${o.path} ${o.summary ?? ''} ${o.tag}`.toLowerCase().includes(w));
  const all = operationsOf(doc).filter(fits);
  const named = doc.tags ?? [];
  const order = [...named.map((t) => t.name), ...new Set(all.map((o) => o.tag).filter((t) => !named.some((n) => n.name === t)))];
  return order.map((tag) => ({ tag, description: named.find((n) => n.name === tag)?.description ?? '', operations: all.filter((o) => o.tag === tag) })).filter((g) => g.operations.length);
}

export function resolve(doc: OpenApi, schema: Schema | undefined): { name: string | null; schema: Schema } {
  const ref = schema?.$ref;
  if (!schema || !ref) return { name: null, schema: schema ?? {} };
  const name = decodeURIComponent(ref.split('/').at(-1) ?? '');
  const target = doc.components?.schemas?.[name] ?? {};
  return { name, schema: { ...target, description: schema.description ?? target.description } };
}

/** A type in one line: `string`, `array of Ref`, `Owner or nothing`. */
export function typeWords(doc: OpenApi, schema: Schema | undefined): string {
  if (!schema) return 'anything';
  const { name, schema: s } = resolve(doc, schema);
  const kinds = Array.isArray(s.type) ? s.type : s.type ? [s.type] : [];
  const scalar = kinds.length > 0 && !kinds.includes('object') && !kinds.includes('array');
  const orNothing = kinds.includes('null') ? ' or nothing' : '';
  if (s.enum && s.enum.length === 1) return `"${String(s.enum[0])}"`;
  if (s.enum) return s.enum.map((v) => `"${String(v)}"`).join(' | ');
  if (s.const !== undefined) return JSON.stringify(s.const);
  const variants = s.oneOf ?? s.anyOf;
  if (variants) {
    const real = variants.filter((v) => v.type !== 'null');
    const nothing = real.length < variants.length ? ' or nothing' : '';
    if (real.length === 1) return typeWords(doc, real[0]) + nothing;
    return `${name ?? 'one of several'}${nothing}`;
  }
  if (kinds.includes('array')) return `array of ${typeWords(doc, s.items)}${orNothing}`;
  if (scalar) return `${kinds.filter((k) => k !== 'null').join(' or ')}${s.format && s.format !== 'int64' && s.format !== 'int32' && s.format !== 'double' ? ` (${s.format})` : ''}${orNothing}`;
  return `${name ?? (s.properties ? 'object' : kinds.includes('object') ? 'object' : 'anything')}${orNothing}`;
}

/** The schema whose fields are worth unfolding behind a type: through references, arrays and "or nothing". */
export function inside(doc: OpenApi, schema: Schema | undefined): { name: string | null; schema: Schema } | null {
  const { name, schema: s } = resolve(doc, schema);
  const real = (s.oneOf ?? s.anyOf)?.filter((v) => v.type !== 'null');
  if (real?.length === 1) return inside(doc, real[0]);
  if (s.items) return inside(doc, s.items);
  if (s.properties || s.allOf || (real && real.length > 1 && real.some((v) => resolve(doc, v).schema.properties))) return { name, schema: s };
  return null;
}

export function fieldsOf(doc: OpenApi, schema: Schema): { name: string; schema: Schema; required: boolean }[] {
  const own = Object.entries(schema.properties ?? {}).map(([name, s]) => ({ name, schema: s, required: schema.required?.includes(name) ?? false }));
  return [...(schema.allOf ?? []).flatMap((part) => fieldsOf(doc, resolve(doc, part).schema)), ...own];
}

const exampleDepth = 5;

/** A value of the right shape, for the curl line: required fields only. */
export function exampleOf(doc: OpenApi, schema: Schema | undefined, depth = 0): unknown {
  const { schema: s } = resolve(doc, schema);
  if (s.example !== undefined) return s.example;
  if (s.const !== undefined) return s.const;
  if (s.enum?.length) return s.enum[0];
  if (s.default !== undefined) return s.default;
  const variant = (s.oneOf ?? s.anyOf)?.find((v) => v.type !== 'null');
  if (variant) return exampleOf(doc, variant, depth);
  const kind = Array.isArray(s.type) ? s.type.find((t) => t !== 'null') : s.type;
  if (depth > exampleDepth) return {};
  if (s.properties || s.allOf) return Object.fromEntries(fieldsOf(doc, s).filter((f) => f.required).map((f) => [f.name, exampleOf(doc, f.schema, depth + 1)]));
  switch (kind) {
    case 'string': return '…';
    case 'integer': case 'number': return Math.max(1, s.minimum ?? 1);
    case 'boolean': return true;
    case 'array': return [exampleOf(doc, s.items, depth + 1)];
    default: return {};
  }
}

export function curlOf(doc: OpenApi, op: Operation, origin: string): string {
  const url = `${origin}${op.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `$${name.toUpperCase()}`)}`;
  const required = (op.parameters ?? []).filter((p) => p.in === 'query' && p.required).map((p) => `${p.name}=…`).join('&');
  const lines = [`curl ${op.method === 'GET' ? '' : `-X ${op.method} `}"${url}${required ? `?${required}` : ''}"`];
  const schemes = op.security.flatMap((s) => Object.keys(s));
  if (schemes.includes('token') || schemes.includes('chat')) lines.push('-H "authorization: Bearer $TOKEN"');
  else if (schemes.includes('session')) {
    lines.push('-b "signalbox_session=$SESSION"');
    if (op.method !== 'GET') lines.push('-H "x-signalbox-csrf: 1"');
  }
  for (const p of (op.parameters ?? []).filter((x) => x.in === 'header' && x.required && x.name !== 'x-signalbox-csrf')) lines.push(`-H "${p.name}: …"`);
  const json = op.requestBody?.content?.['application/json'];
  if (json) {
    lines.push('-H "content-type: application/json"', `-d '${JSON.stringify(exampleOf(doc, json.schema), null, 2).replaceAll("'", "'\\''")}'`);
  } else if (op.requestBody?.content?.['multipart/form-data']) lines.push('-F "file=@picture.png"');
  else if (op.requestBody?.content?.['application/x-ndjson']) lines.push('-H "content-type: application/x-ndjson"', '--data-binary @conversations.jsonl');
  return lines.join(' \\\n  ');
}
