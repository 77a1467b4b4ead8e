import { describe, expect, it } from 'vitest';
import { parseFields, problemFrom } from './problem';

describe('a refusal', () => {
  it('becomes a typed error with the fields at fault', async () => {
    const body = { title: 'Not valid', detail: 'The name is taken.', code: 'name_taken', fields: { name: 'Taken' } };
    const e = await problemFrom(new Response(JSON.stringify(body), { status: 422 }));
    expect(e).toMatchObject({ status: 422, code: 'name_taken', title: 'Not valid', detail: 'The name is taken.', fields: { name: 'Taken' } });
    expect(e.message).toBe('The name is taken.');
  });
  it('is still an error with words when a proxy answers in HTML', async () => {
    const e = await problemFrom(new Response('<html>', { status: 502, statusText: 'Bad Gateway' }));
    expect(e).toMatchObject({ status: 502, code: 'http_502', detail: 'Bad Gateway' });
  });
  it('reads a list of fields too', () => {
    expect(parseFields([{ field: 'name', message: 'Taken' }, { nothing: 1 }])).toEqual({ name: 'Taken' });
    expect(parseFields('x')).toBeUndefined();
  });
});
