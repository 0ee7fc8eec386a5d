/** How the operations of one kind of resource are documented: a decorator each. */
export interface ResourceDocumentation {
  readonly list: MethodDecorator;
  readonly create: MethodDecorator;
  readonly read: MethodDecorator;
  readonly replace: MethodDecorator;
  readonly patch: MethodDecorator;
  readonly delete: MethodDecorator;
}
