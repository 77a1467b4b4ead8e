import { describe, expect, it } from 'vitest';
import { curlOf, exampleOf, groupsOf, inside, operationsOf, typeWords, type OpenApi } from './document';

const doc: OpenApi = {
  info: { title: 'T', version: '1' },
  tags: [{ name: 'b', description: 'Second' }, { name: 'a' }],
  paths: {
    '/api/x/{id}': { put: { tags: ['a'], summary: 'Change it', security: [{ session: [] }], parameters: [{ name: 'id', in: 'path', required: true }], requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Node' } } } } } },
    '/api/y': { get: { tags: ['b'], operationId: 'y', security: [{ token: [] }] } },
  },
  components: { schemas: { Node: { type: 'object', required: ['name', 'kind'], properties: { name: { type: 'string', example: "it's" }, kind: { type: 'string', enum: ['x', 'y'] }, next: { oneOf: [{ $ref: '#/components/schemas/Node' }, { type: 'null' }] }, many: { type: 'array', items: { $ref: '#/components/schemas/Node' } } } } } },
};

describe('the API’s document', () => {
  it('keeps the order of its tags and finds by words', () => {
    expect(groupsOf(doc).map((g) => g.tag)).toEqual(['b', 'a']);
    expect(groupsOf(doc, 'change put').map((g) => g.tag)).toEqual(['a']);
  });
  it('says types in one line', () => {
    const fields = doc.components?.schemas?.Node?.properties ?? {};
    expect(typeWords(doc, fields.next)).toBe('Node or nothing');
    expect(typeWords(doc, fields.many)).toBe('array of Node');
    expect(typeWords(doc, fields.kind)).toBe('"x" | "y"');
    expect(typeWords(doc, { type: ['integer', 'null'], format: 'int64' })).toBe('integer or nothing');
    expect(inside(doc, fields.many)?.name).toBe('Node');
    expect(inside(doc, fields.name)).toBeNull();
  });
  it('writes a curl line that a shell takes, with the way in that the call needs', () => {
    const [put, get] = operationsOf(doc);
    expect(exampleOf(doc, { $ref: '#/components/schemas/Node' })).toEqual({ name: "it's", kind: 'x' });
    const line = curlOf(doc, put!, 'http://h');
    expect(line).toContain('-X PUT "http://h/api/x/$ID"');
    expect(line).toContain('x-signalbox-csrf: 1');
    expect(line).toContain("it'\\''s");
    expect(curlOf(doc, get!, 'http://h')).toContain('authorization: Bearer $TOKEN');
  });
});
