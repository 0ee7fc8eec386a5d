import { type BoundAttribute } from '../../protocol/schema/attribute-path.js';
import { MANAGER } from '../../protocol/schema/enterprise-user.schema.js';
import { type AttributeSource, type SourceContext } from './attribute-source.js';
import { groupsSource, membersSource } from './derived-sources.js';
import { documentSource, managerSource } from './document-sources.js';
import { columnSource, metaSource, schemasSource } from './row-sources.js';

/** Where the values of an attribute are: in a column, in a document, or in other rows. */
export function sourceOf(target: BoundAttribute, context: SourceContext): AttributeSource {
  const { extension, attribute } = target;
  if (extension !== undefined) {
    return attribute === MANAGER ? managerSource(target, context) : documentSource(target);
  }
  switch (attribute.name) {
    case 'meta':
      return metaSource(context);
    case 'schemas':
      return schemasSource(context.type);
    case 'members':
      return membersSource(context);
    case 'groups':
      return groupsSource(context);
    default:
      return columnSource(attribute, context.type) ?? documentSource(target);
  }
}
