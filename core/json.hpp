// nlohmann's JSON, with its parser, its serializer and the value itself compiled once, in json.cpp, and not
// once in every unit that uses them.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace l2l::json_detail {

// Of a text in memory, which is what is parsed here.
using Input = nlohmann::detail::iterator_input_adapter<std::string::const_iterator>;
using Parser = nlohmann::detail::parser<nlohmann::json, Input>;
using Builder = nlohmann::detail::json_sax_dom_parser<nlohmann::json>;
using FilteringBuilder = nlohmann::detail::json_sax_dom_callback_parser<nlohmann::json>;

}  // namespace l2l::json_detail

extern template class nlohmann::basic_json<>;
extern template class std::vector<nlohmann::json>;
extern template class std::map<std::string, nlohmann::json, std::less<>>;
extern template class nlohmann::detail::serializer<nlohmann::json>;
extern template class nlohmann::detail::json_sax_dom_parser<nlohmann::json>;
extern template class nlohmann::detail::json_sax_dom_callback_parser<nlohmann::json>;
extern template class nlohmann::detail::lexer<nlohmann::json, l2l::json_detail::Input>;
extern template class nlohmann::detail::parser<nlohmann::json, l2l::json_detail::Input>;
extern template bool l2l::json_detail::Parser::sax_parse_internal(l2l::json_detail::Builder*);
extern template bool l2l::json_detail::Parser::sax_parse_internal(l2l::json_detail::FilteringBuilder*);
