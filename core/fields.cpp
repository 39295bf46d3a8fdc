#include "core/fields.hpp"

#include <algorithm>

namespace l2l {

FieldEntry lifted(const FieldEntry& entry, std::function<const void*(const void*)> part) {
  FieldEntry result = entry;
  if (entry.when) result.when = [part, when = entry.when](const void* spec) { return when(part(spec)); };
  result.get = [part, get = entry.get](const void* spec, Form form) { return get(part(spec), form); };
  result.set = [part, set = entry.set](void* spec, const nlohmann::json& value) {
    set(const_cast<void*>(part(spec)), value);  // a part of what the caller may change
  };
  return result;
}

std::vector<schema::Field> FieldTable::common_fields() const {
  std::vector<schema::Field> fields;
  for (const FieldEntry& entry : entries_)
    if (entry.kinds.empty()) fields.push_back(entry.field);
  return fields;
}

schema::Node FieldTable::node() const {
  schema::Node node = schema::object(common_fields());
  node.discriminator = discriminator_;
  for (const FieldEntry& entry : entries_) {
    for (const std::string& kind : entry.kinds) {
      const auto same = [&](const schema::Variant& variant) { return variant.values.front() == kind; };
      auto variant = std::find_if(node.variants.begin(), node.variants.end(), same);
      if (variant == node.variants.end())
        variant = node.variants.insert(variant, schema::Variant{{kind}, {}});
      variant->fields.push_back(entry.field);
    }
  }
  return node;
}

std::vector<schema::Field> FieldTable::axes() const {
  std::vector<schema::Field> axes;
  for (const FieldEntry& entry : entries_)
    if (entry.axis) axes.push_back(*entry.axis);
  return axes;
}

const FieldEntry* FieldTable::axis(std::string_view name) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const FieldEntry& entry) {
    return entry.axis && entry.axis->name == name;
  });
  return found == entries_.end() ? nullptr : &*found;
}

nlohmann::json FieldTable::write(const void* spec, const void* standard, Form form) const {
  auto object = nlohmann::json::object();
  for (const FieldEntry& entry : entries_) {
    L2L_CHECK(entry.kinds.empty(), "{} is of some kinds only", entry.field.name);
    if (form == Form::canonical && (!entry.canonical || (entry.when && !entry.when(spec)))) continue;
    const bool left_out =
        (form == Form::changed && !entry.field.required) || (form == Form::canonical && entry.unless_default);
    if (left_out && entry.get(spec, Form::full) == entry.get(standard, Form::full)) continue;
    object[entry.field.name] = entry.get(spec, form);
  }
  return object;
}

bool FieldTable::belongs(const FieldEntry& entry, const nlohmann::json& value) const {
  return entry.kinds.empty() ||
         std::count(entry.kinds.begin(), entry.kinds.end(), value.at(discriminator_).get<std::string>()) > 0;
}

void FieldTable::read(void* spec, const nlohmann::json& value) const {
  for (const FieldEntry& entry : entries_) {
    const auto found = value.find(entry.field.name);
    if (found != value.end() && !found->is_null() && belongs(entry, value)) entry.set(spec, *found);
  }
}

void FieldTable::require_canonical(const void* spec, const nlohmann::json& value) const {
  for (const FieldEntry& entry : entries_)
    if (entry.canonical && !entry.unless_default && (!entry.when || entry.when(spec)))
      static_cast<void>(value.at(entry.field.name));
}

void FieldTable::set_fallbacks(const void* standard) {
  for (FieldEntry& entry : entries_)
    if (entry.filled_in && !entry.field.required) entry.field.fallback = entry.get(standard, Form::changed);
}

}  // namespace l2l
