import { createServer, IncomingMessage, ServerResponse, type RequestListener } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';

/** An Express application with the prototypes that it gives to requests and responses. */
interface ExpressApplication extends RequestListener {
  request: object;
  response: object;
}

/**
 * Express with a server whose requests and responses have Express's prototypes from the beginning. They are given to each one
 * otherwise, and an object whose prototype changes makes slow what is done with it, and outlives the collections of young
 * objects with all that it refers to.
 */
export class ExpressServerAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    const app = this.getInstance<ExpressApplication>();
    class ExpressRequest extends IncomingMessage {}
    class ExpressResponse extends ServerResponse {}
    Object.setPrototypeOf(ExpressRequest.prototype, app.request);
    Object.setPrototypeOf(ExpressResponse.prototype, app.response);
    app.request = ExpressRequest.prototype;
    app.response = ExpressResponse.prototype;
    this.setHttpServer(
      createServer({ IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse }, app),
    );
  }
}
