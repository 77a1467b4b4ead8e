import { describe, expect, it } from 'vitest';
import { fillPath, matchPath, matchRoutes, safeNext, withQuery } from './router';

describe('paths', () => {
  it('binds named parts and decodes them', () => {
    expect(matchPath('/customers/:id', '/customers/cus_a%20b')).toEqual({ id: 'cus_a b' });
    expect(matchPath('/customers/:id', '/customers')).toBeNull();
    expect(matchPath('/customers/:id', '/customers/a/b')).toBeNull();
  });
  it('takes what is left for a closing star, also nothing', () => {
    expect(matchPath('/setup/*', '/setup')).toEqual({ rest: '' });
    expect(matchPath('/setup/*', '/setup/queues/que_1')).toEqual({ rest: 'queues/que_1' });
    expect(matchPath('/setup/*', '/set')).toBeNull();
  });
  it('does not fall over a broken escape', () => {
    expect(matchPath('/customers/:id', '/customers/%zz')).toEqual({ id: '%zz' });
  });
  it('lets the first route that fits win', () => {
    const routes = [{ path: '/a/new' }, { path: '/a/:id' }];
    expect(matchRoutes(routes, '/a/new')?.route.path).toBe('/a/new');
    expect(matchRoutes(routes, '/a/7')?.params).toEqual({ id: '7' });
    expect(matchRoutes(routes, '/b')).toBeNull();
  });
  it('fills a pattern with escaped values', () => {
    expect(fillPath('/customers/:id', { id: 'a/b' })).toBe('/customers/a%2Fb');
  });
});

describe('queries', () => {
  it('sets, replaces and removes without touching the rest', () => {
    expect(withQuery('?a=1&b=2', { b: 3 })).toBe('?a=1&b=3');
    expect(withQuery('?a=1&b=2', { a: null, b: '' })).toBe('');
  });
  it('writes lists as repeated keys', () => {
    expect(withQuery('', { queue: ['x', 'y'] })).toBe('?queue=x&queue=y');
    expect(withQuery('?queue=x&queue=y', { queue: [] })).toBe('');
  });
  it('keeps false and zero, which are values', () => {
    expect(withQuery('', { a: 0, b: false })).toBe('?a=0&b=false');
  });
});

describe('where sign-in leads', () => {
  it('stays on this site', () => {
    expect(safeNext('/floor?x=1')).toBe('/floor?x=1');
    for (const bad of ['https://evil.example', '//evil.example', '/\\evil.example', '', null]) expect(safeNext(bad, '/desk')).toBe('/desk');
  });
  it('does not lead back to sign-in', () => {
    expect(safeNext('/sign-in?next=/sign-in')).toBe('/');
  });
});
