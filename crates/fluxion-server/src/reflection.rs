//! Reflection (`grpc.reflection.v1` and `v1alpha`): clients ask for the files that describe the services, and for those of
//! the statuses. Must not know what the services do.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use prost::{DecodeError, Message as _};
use prost_types::{DescriptorProto, FileDescriptorProto, FileDescriptorSet};
use tokio_stream::{Stream, StreamExt as _};
use tonic::{Code, Request, Response, Status, Streaming};

use crate::proto::{DESCRIPTORS, STATUS_DESCRIPTORS};

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// What can be asked about. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Reflection(Arc<Described>);

#[derive(Debug, Default)]
struct Described {
    services: Vec<String>,
    files: BTreeMap<String, Arc<[u8]>>,
    /// The file of each service, method, message and enum, by its full name.
    symbols: BTreeMap<String, Arc<[u8]>>,
}

impl Reflection {
    /// All that the server offers beside reflection itself, whose files are given.
    fn with(own: &[u8]) -> Result<Self, DecodeError> {
        let mut described = Described::default();
        for set in [DESCRIPTORS, STATUS_DESCRIPTORS, tonic_health::pb::FILE_DESCRIPTOR_SET, own] {
            for file in FileDescriptorSet::decode(set)?.file {
                described.add(&file);
            }
        }
        Ok(Self(Arc::new(described)))
    }
}

/// All methods of the server, as `package.Service/Method`.
///
/// # Errors
/// The descriptors are broken.
pub(crate) fn methods() -> Result<Vec<String>, DecodeError> {
    let own = [
        tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
    ];
    let mut names = Vec::new();
    for set in [DESCRIPTORS, tonic_health::pb::FILE_DESCRIPTOR_SET].into_iter().chain(own) {
        for file in FileDescriptorSet::decode(set)?.file {
            for service in &file.service {
                let name = within(file.package(), service.name());
                let methods = service.method.iter();
                names.extend(methods.map(|method| format!("{name}/{}", method.name())));
            }
        }
    }
    Ok(names)
}

impl Described {
    fn add(&mut self, file: &FileDescriptorProto) {
        let encoded: Arc<[u8]> = file.encode_to_vec().into();
        let mut symbols = Vec::new();
        for service in &file.service {
            let name = within(file.package(), service.name());
            symbols.extend(service.method.iter().map(|method| within(&name, method.name())));
            symbols.push(name.clone());
            self.services.push(name);
        }
        let enums = file.enum_type.iter().map(|kind| within(file.package(), kind.name()));
        symbols.extend(enums);
        for message in &file.message_type {
            add_types(&mut symbols, file.package(), message);
        }
        self.symbols.extend(symbols.into_iter().map(|name| (name, Arc::clone(&encoded))));
        self.files.insert(file.name().to_owned(), encoded);
    }
}

/// A message, and the types within it.
fn add_types(symbols: &mut Vec<String>, scope: &str, message: &DescriptorProto) {
    let name = within(scope, message.name());
    symbols.extend(message.enum_type.iter().map(|kind| within(&name, kind.name())));
    for nested in &message.nested_type {
        add_types(symbols, &name, nested);
    }
    symbols.push(name);
}

fn within(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}

/// What a request that was not received is told. One that cannot be read is the fault of its client; the framework calls
/// it an internal error.
fn unreadable(status: Status) -> Status {
    match status.code() {
        Code::Internal => Status::invalid_argument(status.message()),
        _ => status,
    }
}

/// The service in one version: the messages differ in nothing but their package.
macro_rules! serve {
    ($version:ident) => {
        mod $version {
            use tonic_reflection::pb::$version::server_reflection_request::MessageRequest as Asked;
            use tonic_reflection::pb::$version::server_reflection_response::MessageResponse as Told;
            use tonic_reflection::pb::$version::server_reflection_server::{
                ServerReflection, ServerReflectionServer,
            };
            use tonic_reflection::pb::$version::{
                ErrorResponse, ExtensionNumberResponse, FILE_DESCRIPTOR_SET,
                FileDescriptorResponse, ListServiceResponse, ServerReflectionRequest,
                ServerReflectionResponse, ServiceResponse,
            };

            use super::*;

            impl Reflection {
                /// The service in this version.
                ///
                /// # Errors
                /// The files are broken: a defect of the build.
                pub(crate) fn $version() -> Result<ServerReflectionServer<Self>, DecodeError> {
                    Self::with(FILE_DESCRIPTOR_SET).map(ServerReflectionServer::new)
                }
            }

            #[tonic::async_trait]
            impl ServerReflection for Reflection {
                type ServerReflectionInfoStream = Answers<ServerReflectionResponse>;

                async fn server_reflection_info(
                    &self,
                    request: Request<Streaming<ServerReflectionRequest>>,
                ) -> Result<Response<Self::ServerReflectionInfoStream>, Status> {
                    let Self(described) = self.clone();
                    let answers = request.into_inner().map(move |request| {
                        request.map(|request| answer(&described, request)).map_err(unreadable)
                    });
                    Ok(Response::new(Box::pin(answers)))
                }
            }

            fn answer(
                described: &Described,
                request: ServerReflectionRequest,
            ) -> ServerReflectionResponse {
                let told = match &request.message_request {
                    Some(Asked::FileByFilename(name)) => file(described.files.get(name), name),
                    Some(Asked::FileContainingSymbol(name)) => {
                        file(described.symbols.get(name), name)
                    }
                    Some(Asked::FileContainingExtension(extension)) => {
                        file(None, &extension.containing_type)
                    }
                    // common clients ask, and give up if there is no answer
                    Some(Asked::AllExtensionNumbersOfType(_)) => {
                        Told::AllExtensionNumbersResponse(ExtensionNumberResponse::default())
                    }
                    Some(Asked::ListServices(_)) => Told::ListServicesResponse(list(described)),
                    None => failure(Code::InvalidArgument, "expected a question".to_owned()),
                };
                ServerReflectionResponse {
                    valid_host: request.host.clone(),
                    original_request: Some(request),
                    message_response: Some(told),
                }
            }

            fn file(found: Option<&Arc<[u8]>>, name: &str) -> Told {
                let Some(file) = found else {
                    return failure(Code::NotFound, format!("nothing here is named `{name}`"));
                };
                let file_descriptor_proto = vec![file.to_vec()];
                Told::FileDescriptorResponse(FileDescriptorResponse { file_descriptor_proto })
            }

            fn failure(code: Code, error_message: String) -> Told {
                Told::ErrorResponse(ErrorResponse { error_code: code.into(), error_message })
            }

            fn list(described: &Described) -> ListServiceResponse {
                let named = |name: &String| ServiceResponse { name: name.clone() };
                ListServiceResponse { service: described.services.iter().map(named).collect() }
            }
        }
    };
}

serve!(v1);
serve!(v1alpha);
