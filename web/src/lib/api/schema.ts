/** Written by `npm run api` from ../docs/openapi.json. Until that document exists, only the session is described. */
interface SessionBody {
  person: { id: string; name: string; email: string; role: string };
  permissions: string[];
  demo: boolean;
}

interface Answer<T> {
  headers: { [name: string]: unknown };
  content: { 'application/json': T };
}

interface NoAnswer {
  headers: { [name: string]: unknown };
  content?: never;
}

export interface paths {
  '/api/session': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: Answer<SessionBody> } };
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: { content: { 'application/json': { email: string; password: string } | { persona: string } } };
      responses: { 200: Answer<SessionBody> };
    };
    delete: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 204: NoAnswer } };
  };
}
