// A specification's fields, described once: `field("p", &LstmSpec::p, positive(80), "of log-and-sign")`. What
// a suite may say, how it is read, the canonical form that keys are made of, and the axes of sweeps follow.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/names.hpp"
#include "core/schema.hpp"

namespace l2l {

/// Which fields of a specification are written.
enum class Form {
  full,       ///< all
  canonical,  ///< what decides a result and nothing else
  changed,    ///< what differs from its default: the shortest that reads back as the same
};

/// One field, whatever it belongs to: the functions take the address of the specification.
struct FieldEntry {
  schema::Field field;                ///< its fallback is filled in by Fields
  std::optional<schema::Field> axis;  ///< as an axis of a sweep
  std::vector<std::string> kinds;     ///< values of the discriminator it belongs to; empty: to all
  bool filled_in = true;              ///< where it is not given; else it stays absent
  bool canonical = true;
  bool unless_default = false;
  std::function<bool(const void*)> when;  ///< in the canonical form; empty: always
  std::function<nlohmann::json(const void*, Form)> get;
  std::function<void(void*, const nlohmann::json&)> set;
};

/// The fields of a specification whose type is forgotten; see Fields.
class FieldTable {
 public:
  explicit FieldTable(std::vector<FieldEntry> entries) : entries_(std::move(entries)) {}

  const std::vector<FieldEntry>& entries() const { return entries_; }
  /// The object that reads as the specification. Fields of some kinds only become variants.
  schema::Node node() const;
  /// The fields of node() that belong to every kind.
  std::vector<schema::Field> common_fields() const;
  /// Fields that may be swept, as axes.
  std::vector<schema::Field> axes() const;
  /// The one of that name, or nullptr.
  const FieldEntry* axis(std::string_view name) const;

 protected:
  nlohmann::json write(const void* spec, const void* standard, Form form) const;
  void read(void* spec, const nlohmann::json& value) const;
  void require_canonical(const void* spec, const nlohmann::json& value) const;
  void set_fallbacks(const void* standard);

  std::string discriminator_;

 private:
  bool belongs(const FieldEntry& entry, const nlohmann::json& value) const;

  std::vector<FieldEntry> entries_;
};

/// The fields of `Spec` and the operations that follow from them. Its defaults are those of a
/// default-constructed Spec.
template <class Spec>
class Fields : public FieldTable {
 public:
  struct Part;

  /// @param discriminator  the field whose value decides which entries with of() there are; empty: none have
  /// it
  Fields(std::initializer_list<Part> parts, std::string discriminator = "") : FieldTable(joined(parts)) {
    discriminator_ = std::move(discriminator);
    set_fallbacks(&standard_);
  }

  /// Of a table without of(), as a JSON object.
  nlohmann::json write(const Spec& spec, Form form) const {
    return FieldTable::write(&spec, &standard_, form);
  }
  nlohmann::json canonical(const Spec& spec) const { return write(spec, Form::canonical); }
  /// What is absent or null has its default. The object is known to fit node(); else the exceptions of
  /// nlohmann::json, and CheckFailure for a word that is none of an enum's.
  Spec read(const nlohmann::json& value) const {
    Spec spec;
    read_into(spec, value);
    return spec;
  }
  /// The same onto what `spec` is already; other keys than its fields' are passed over.
  void read_into(Spec& spec, const nlohmann::json& value) const { FieldTable::read(&spec, value); }
  /// The inverse of canonical(): also an exception where a field that it writes is missing.
  Spec from_canonical(const nlohmann::json& value) const {
    Spec spec = read(value);
    require_canonical(&spec, value);
    return spec;
  }

 private:
  static std::vector<FieldEntry> joined(std::initializer_list<Part> parts);

  Spec standard_{};
};

/// The fields of a specification: declared beside it, defined where they are described.
template <class Spec>
const Fields<Spec>& fields();

namespace field_value {

template <class T, template <class...> class Of>
inline constexpr bool is = false;
template <template <class...> class Of, class... T>
inline constexpr bool is<Of<T...>, Of> = true;
/// A specification with fields of its own.
template <class T>
inline constexpr bool is_spec =
    std::is_class_v<T> && !std::is_same_v<T, std::string> && !is<T, std::vector> && !is<T, std::optional>;

template <class T>
nlohmann::json write(const T& value, Form form) {
  if constexpr (std::is_enum_v<T>) {
    return name_of(value);
  } else if constexpr (is<T, std::optional>) {
    return value ? write(*value, form) : nlohmann::json(nullptr);
  } else if constexpr (is<T, std::vector>) {
    auto list = nlohmann::json::array();
    for (const auto& item : value) list.push_back(write(item, form));
    return list;
  } else if constexpr (is_spec<T>) {
    return fields<T>().write(value, form);
  } else {
    return value;
  }
}

template <class T>
void read(T& into, const nlohmann::json& value) {
  if constexpr (std::is_enum_v<T>) {
    into = value_of<T>(value.get<std::string>());
  } else if constexpr (is<T, std::optional>) {
    read(into.emplace(), value);
  } else if constexpr (is<T, std::vector>) {
    into.clear();
    for (const auto& item : value) read(into.emplace_back(), item);
  } else if constexpr (is_spec<T>) {
    fields<T>().read_into(into, value);
  } else {
    into = value.get<T>();
  }
}

/// Where the type says it all.
template <class T>
schema::Node node() {
  if constexpr (std::is_enum_v<T>)
    return schema::choice(names_of<T>());
  else if constexpr (std::is_same_v<T, bool>)
    return schema::boolean();
  else
    return fields<T>().node();
}

}  // namespace field_value

/// A field of Spec, or of something that Spec inherits from.
template <class Spec>
struct FieldOf : FieldEntry {
  /// May be swept. @param axis_name  where it is not the field's
  FieldOf&& axis(std::string doc, std::string axis_name = "") && {
    FieldEntry::axis =
        schema::optional(axis_name.empty() ? field.name : std::move(axis_name), field.node, std::move(doc));
    return std::move(*this);
  }
  /// Must be given.
  FieldOf&& required() && {
    field.required = true;
    return std::move(*this);
  }
  /// Stays absent where it is not given.
  FieldOf&& optional() && {
    filled_in = false;
    return std::move(*this);
  }
  /// Decides nothing: in no canonical form.
  FieldOf&& not_canonical() && {
    canonical = false;
    return std::move(*this);
  }
  /// In the canonical form only where it differs from the default: for fields that came later, so that the
  /// keys from before they were there stay.
  FieldOf&& unless_default() && {
    FieldEntry::unless_default = true;
    return std::move(*this);
  }
  /// In the canonical form only where `predicate` (of const Spec&) holds: else it decides nothing.
  template <class Predicate>
  FieldOf&& when(Predicate predicate) && {
    FieldEntry::when = [predicate](const void* spec) { return predicate(*static_cast<const Spec*>(spec)); };
    return std::move(*this);
  }
  /// Only where the discriminator has one of these values. Several entries of one name may share them out.
  FieldOf&& of(std::vector<std::string> values) && {
    kinds = std::move(values);
    return std::move(*this);
  }
};

/// A field that is a member: a number, a string, a boolean, an enum with SpecNames, a specification with
/// fields(), or a vector or an optional of those. A boolean may also be a choice of two words: the second is
/// true.
template <class Value, class Spec>
FieldOf<Spec> field(std::string name, Value Spec::*member, schema::Node node, std::string doc) {
  FieldOf<Spec> entry;
  if constexpr (std::is_same_v<Value, bool>) {
    if (node.type == schema::Node::Type::string) {
      entry.get = [member, words = node.choices](const void* spec, Form) {
        return nlohmann::json(words.at(static_cast<const Spec*>(spec)->*member ? 1 : 0));
      };
      entry.set = [member, words = node.choices](void* spec, const nlohmann::json& value) {
        static_cast<Spec*>(spec)->*member = value.get<std::string>() == words.at(1);
      };
    }
  }
  if (!entry.get) {
    entry.get = [member](const void* spec, Form form) {
      return field_value::write(static_cast<const Spec*>(spec)->*member, form);
    };
    entry.set = [member](void* spec, const nlohmann::json& value) {
      field_value::read(static_cast<Spec*>(spec)->*member, value);
    };
  }
  entry.field = schema::optional(std::move(name), std::move(node), std::move(doc));
  return entry;
}
template <class Value, class Spec>
FieldOf<Spec> field(std::string name, Value Spec::*member, std::string doc) {
  return field(std::move(name), member, field_value::node<Value>(), std::move(doc));
}

/// A field that is no one member: what it reads (Spec&, const json&) and writes (const Spec&, Form) -> json.
template <class Spec, class Read, class Write>
FieldOf<Spec> custom_field(std::string name, schema::Node node, Read read, Write write, std::string doc) {
  FieldOf<Spec> entry;
  entry.get = [write](const void* spec, Form form) -> nlohmann::json {
    return write(*static_cast<const Spec*>(spec), form);
  };
  entry.set = [read](void* spec, const nlohmann::json& value) { read(*static_cast<Spec*>(spec), value); };
  entry.field = schema::optional(std::move(name), std::move(node), std::move(doc));
  return entry;
}

/// `entry` of a part of a specification, which `part` finds in the whole.
FieldEntry lifted(const FieldEntry& entry, std::function<const void*(const void*)> part);

/// All fields of a member as fields of the whole.
template <class Outer, class Inner>
std::vector<FieldOf<Outer>> within(Inner Outer::*member) {
  std::vector<FieldOf<Outer>> entries;
  for (const FieldEntry& entry : fields<Inner>().entries())
    entries.push_back({lifted(entry, [member](const void* whole) -> const void* {
      return &(static_cast<const Outer*>(whole)->*member);
    })});
  return entries;
}

template <class Spec>
struct Fields<Spec>::Part {
  template <class Base>
  Part(FieldOf<Base> entry) {  // NOLINT: lists of parts are written as lists of entries
    static_assert(std::is_base_of_v<Base, Spec>, "a field of another specification");
    add(std::move(entry));
  }
  template <class Base>
  Part(const std::vector<FieldOf<Base>>& several) {  // NOLINT: the same
    for (const FieldOf<Base>& entry : several) add(entry);
  }

  std::vector<FieldEntry> entries;

 private:
  template <class Base>
  void add(FieldOf<Base> entry) {
    if constexpr (std::is_same_v<Base, Spec>)
      entries.push_back(std::move(entry));
    else
      entries.push_back(lifted(entry, [](const void* spec) -> const void* {
        return static_cast<const Base*>(static_cast<const Spec*>(spec));
      }));
  }
};

template <class Spec>
std::vector<FieldEntry> Fields<Spec>::joined(std::initializer_list<Part> parts) {
  std::vector<FieldEntry> entries;
  for (const Part& part : parts) entries.insert(entries.end(), part.entries.begin(), part.entries.end());
  return entries;
}

}  // namespace l2l
